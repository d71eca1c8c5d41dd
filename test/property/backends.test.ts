/** The backend under test against the reference backend, for random calls of the ops. */
import t from 'tap';
import { candidate, candidateName } from '../backends/under-test.js';
import { agrees } from './agrees.js';

t.test(`${candidateName} and reference`, async (t) => agrees(t, 700, candidate()));
